registration-new = مريض جديد
registration-duplicates = ملفات مكررة محتملة
registration-who = من هو؟
registration-family = الاسم العائلي بالحروف اللاتينية
registration-family-ar = الاسم العائلي
registration-given = الاسم الشخصي بالحروف اللاتينية
registration-given-ar = الاسم الشخصي
registration-birth = تاريخ الميلاد
registration-birth-hint = 17/05/1984 أو 05/1984 أو 1984
registration-about = إن كان تقديريا: بفارق كم سنة
registration-sex = الجنس
registration-female = أنثى
registration-male = ذكر
registration-sex-unknown = غير معروف
registration-phone = الهاتف
registration-no-phone = لا هاتف: لماذا
registration-no-phone-none = ليس له هاتف
registration-no-phone-refused = لا يعطيه
registration-no-phone-unconscious = لا يستطيع الجواب
registration-no-phone-forgotten = لا يتذكره
registration-mother = اسم الأم
registration-father = اسم الأب
registration-line = العنوان
registration-city = المدينة
registration-kind = وثيقة أو رقم
registration-value = الرقم
registration-kind-more = وثيقة أو رقم آخر
registration-value-more = الرقم الآخر
registration-paper = الوثيقة المعاينة
registration-paper-none = لا وثيقة: تبقى الهوية مؤقتة
registration-unknown = هوية مجهولة
registration-unknown-hint = يحمل الملف رقما بدل الاسم إلى أن تُعرف الهوية.
registration-likely = ربما هو معروف
registration-likely-later = متى كُتب اسم ومعلومة أخرى ظهرت هنا الملفات المشابهة.
registration-likely-none = لا ملف مشابه.
registration-likely-hidden = هناك ملف محجوب مشابه. اسأل ضابط الهوية.
registration-asks = هناك ملف هو على الأرجح لهذا الشخص. افتحه، أو أكد أنه شخص آخر.
registration-save = تسجيل المريض
registration-save-other = هو شخص آخر: تسجيل
registration-look = عرض المتشابهين
registration-leave = عدم التسجيل
registration-dead = متوفى
registration-wrong = { $n ->
    [zero] لم يُسجل شيء.
    [one] لم يُسجل شيء: هناك خانة تحتاج مراجعة.
    [two] لم يُسجل شيء: هناك خانتان تحتاجان مراجعة.
    [few] لم يُسجل شيء: هناك { $n } خانات تحتاج مراجعة.
    [many] لم يُسجل شيء: هناك { $n } خانة تحتاج مراجعة.
   *[other] لم يُسجل شيء: هناك { $n } خانة تحتاج مراجعة.
  }
registration-wrong-family = اكتب الاسم العائلي بالعربية أو بالحروف اللاتينية.
registration-wrong-given = اكتب الاسم الشخصي بالعربية أو بالحروف اللاتينية.
registration-wrong-phone = اكتب الهاتف، أو قل لماذا لا يوجد.
registration-wrong-sex = اختر الجنس.
registration-wrong-birth = تعذرت قراءة التاريخ. اكتب 17/05/1984 أو 05/1984 أو 1984.
registration-wrong-birth-ahead = هذا التاريخ في المستقبل.
registration-wrong-about = اكتب عدد سنوات من 1 إلى 20.
registration-wrong-kind = اختر لأي وثيقة هذا الرقم.
registration-wrong-long = تتجاوز إحدى الخانات 120 حرفا.
registration-odd-number = ليس لهذا الرقم شكله المعتاد. تحقق منه؛ سيُحفظ كما هو.
registration-grade-certain = هو نفسه، يكاد يكون مؤكدا
registration-grade-probable = هو نفسه على الأرجح
registration-grade-possible = ربما هو نفسه
registration-field-given = الاسم الشخصي
registration-field-family = الاسم العائلي
registration-field-birth = الميلاد
registration-field-sex = الجنس
registration-field-father = الأب
registration-field-mother = الأم
registration-field-phone = الهاتف
registration-field-address = العنوان
registration-field-number = الرقم
registration-level-same = { $field }: مطابق
registration-level-alike = { $field }: متشابه
registration-level-different = { $field }: مختلف
registration-warn-number = الرقم نفسه مع اختلاف الاسم أو الميلاد: قد يحمل الطفل رقم أحد والديه.
registration-warn-other-number = كل شيء مطابق إلا رقما من النوع نفسه.
registration-warn-twin = كل شيء مطابق إلا الاسم الشخصي: ربما توأم.
registration-state = الهوية
registration-state-provisional = مؤقتة
registration-state-retrieved = مسترجعة
registration-state-validated = مثبتة
registration-state-qualified = مؤهلة
registration-duplicates-what = ملفات قد تكون لشخص واحد. لا يُدمج شيء تلقائيا.
registration-people = { $n ->
    [zero] لا ملف قيد المقارنة.
    [one] تتم مقارنة ملف واحد.
    [two] تتم مقارنة ملفين.
    [few] تتم مقارنة { $n } ملفات.
    [many] تتم مقارنة { $n } ملفا.
   *[other] تتم مقارنة { $n } ملف.
  }
registration-due = { $n ->
    [zero] لا ملف ينتظر المقارنة.
    [one] ملف واحد ينتظر المقارنة.
    [two] ملفان ينتظران المقارنة.
    [few] { $n } ملفات تنتظر المقارنة.
    [many] { $n } ملفا تنتظر المقارنة.
   *[other] { $n } ملف تنتظر المقارنة.
  }
registration-duplicates-none = لا ملف مكرر محتمل ينتظر.
registration-one = ملف
registration-other = الملف الآخر
registration-why-alike = ما يتطابق
registration-decide = القرار
registration-compare = مقارنة
registration-apart = شخصان مختلفان
registration-asked = طُلب الدمج
registration-more = تليها أزواج أخرى بعد البت في هذه.
registration-merge = دمج ملفين
registration-second = بالحروف الأخرى
registration-stays = أي ملف يبقى؟
registration-why = لماذا هو الشخص نفسه؟
registration-why-part = لماذا يُفصلان؟
registration-two = إحدى الهويتين مثبتة: يحتاج الدمج موافقة ضابط هوية ثان.
registration-ask = طلب الدمج
registration-do-merge = دمج
registration-part = فصل الملفين
registration-asked-own = طلبتَ هذا الدمج. يجب أن يوافق عليه ضابط هوية آخر:
registration-asked-other = ضابط هوية آخر يطلب هذا الدمج:
registration-is-merged = الملف { $one } يحل محل { $other }.
registration-no-parts = لم يُدمج أي ملف آخر في هذا الملف.
registration-wrong-stays = اختر الملف الذي يبقى.
registration-wrong-why = قل لماذا في جملة من 5 إلى 300 حرف.
registration-move = نقل إقامة
registration-move-what = الإقامة المكتوبة في الملف الخطأ تنتقل إلى الملف الصحيح مع كل ما يتعلق بها. والملفان يذكران ذلك.
registration-no-stays = لا إقامة في هذا الملف.
registration-which-stay = أي إقامة؟
registration-move-number = رقم المريض صاحب الإقامة
registration-move-look = عرض صاحب الملف
registration-move-count = { $n ->
    [zero] لن يُنقل شيء.
    [one] سيُنقل عنصر واحد.
    [two] سيُنقل عنصران.
    [few] ستُنقل { $n } عناصر.
    [many] سيُنقل { $n } عنصرا.
   *[other] سيُنقل { $n } عنصر.
  }
registration-move-from = من الملف:
registration-move-to = إلى الملف:
registration-move-why = لماذا النقل؟
registration-do-move = نقل الإقامة
registration-moved = نُقلت الإقامة. وهناك تنبيه في الملفين.
registration-left = إقامة كُتبت هنا خطأ نُقلت إلى الملف { $to }.
registration-came = نُقلت إلى هنا إقامة من الملف { $from } حيث كُتبت خطأ.
registration-wrong-stay = اختر الإقامة المراد نقلها.
registration-wrong-number = لا ملف آخر يحمل هذا الرقم، أو تحمله ملفات عدة.
registration-likely-incomplete = لم تُقارن كل الملفات بعد: بدأ الخادم للتو. ابحث عن المريض أيضا.
registration-wrong-two-stays = في الملفين إقامة جارية. انقل إحداهما أو أنهها أولا: لا أحد في مكانين.
registration-wrong-merged = أحد الملفين مدموج من قبل. راجعهما من جديد.
registration-tab-merge = الملفات المدموجة هنا
registration-tab-move = نقل إقامة
registration-around = المحيط والتغطية
registration-kept = تم التسجيل.
registration-minor-alone = مريض قاصر: اكتب من ينوب عنه، والسلطة التي أُخبرت إن كان وحده.
registration-relations = المحيط
registration-relations-none = لا أحد مسجل. أضف أحد الوالدين أو وصيا أو شخصا يُخبر عند الحاجة.
registration-relation = الصلة بالمريض
registration-relation-name = الاسم
registration-relation-add = إضافة إلى المحيط
registration-relation-mother = الأم
registration-relation-father = الأب
registration-relation-guardian = الوصي أو الممثل القانوني
registration-relation-spouse = الزوج أو الزوجة
registration-relation-child = ابن أو ابنة
registration-relation-family = قريب آخر
registration-relation-authority = سلطة أُخبرت (شرطة، قضاء، مؤسسة سجنية)
registration-told = أُخبرت في
registration-cover = التغطية الصحية
registration-cover-none = لا تغطية مسجلة: تؤدى المصاريف مباشرة.
registration-scheme = النظام
registration-insured = رقم المؤمن له
registration-holder = المريض هو
registration-holder-self = المؤمن له
registration-holder-spouse = زوجه
registration-holder-child = ابنه أو ابنته
registration-holder-parent = أحد والديه
registration-from = ابتداء من
registration-until = إلى غاية
registration-cover-add = إضافة التغطية
registration-newborn = تسجيل مولود
registration-newborn-what = يُفتح للمولود ملف ورقم خاصان به، مرتبطان بملف أمه. وإن لم يكن له اسم حمل اسم أمه العائلي.
registration-newborn-given = مولود
registration-newborn-save = تسجيل المولود
registration-born-at = تاريخ وساعة الولادة
registration-order = الترتيب عند تعدد المواليد
registration-wrong-relation = اختر الصلة بالمريض.
registration-wrong-name = اكتب الاسم.
registration-wrong-scheme = اختر النظام.
registration-wrong-holder = حدد هل المريض هو المؤمن له أو زوجه أو ابنه أو أحد والديه.
registration-wrong-day = اكتب التاريخين باليوم: 01/01/2026.
registration-wrong-span = تنتهي التغطية قبل أن تبدأ.
registration-wrong-born = اكتب يوم الولادة وساعتها، ولا يكونان في المستقبل.
registration-wrong-order = الترتيب رقم من 1 إلى 9.
registration-correct = تصحيح الهوية
registration-correct-two = هوية مصادق عليها: يغير الاسم وتاريخ الميلاد والجنس عونان. يطلب أحدهما ويسجل الآخر الشيء نفسه.
registration-correct-asked-own = تصحيحك ينتظر أن يسجله عون آخر.
registration-correct-asked-other = يطلب عون آخر هذا التصحيح. تحقق منه من الوثيقة ثم سجله، أو اكتب غيره ليحل محله.
registration-correct-why = السبب، وبناء على ماذا
registration-correct-save = تسجيل التصحيح
registration-correct-agree = تم التحقق: تسجيل التصحيح
registration-wrong-version = تغير الملف في هذه الأثناء. أعد قراءته ثم حاول من جديد.
registration-wrong-officer = هذه الهوية مصادق عليها. اطلب التصحيح من مسؤول يقظة الهوية.
