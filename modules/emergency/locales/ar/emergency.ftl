# المستعجلات: الوصول والفرز واللوحة.
emergency-title = المستعجلات
emergency-arrive = وصول جديد
emergency-wall = شاشة الحائط
emergency-wall-end = مغادرة شاشة الحائط
emergency-longest = الأطول انتظارًا:
emergency-zone = المنطقة
emergency-zone-all = كل المناطق
emergency-zone-show = عرض
emergency-more = تعرض أول 200 حالة فقط.
emergency-none = لا أحد ينتظر. تظهر حالات الوصول هنا.
emergency-level = مستوى الفرز
emergency-no-level = في انتظار الفرز
emergency-who = المريض
emergency-place = المكان
emergency-arrived = الوصول
emergency-waits = ينتظر
emergency-acts = الإجراءات
emergency-target = الانتظار مقارنة بالأجل
emergency-expected = التقدير بعد الفرز: من { $half } إلى { $most }
emergency-expected-passed = أطول من التقدير ({ $most } بعد الفرز)
emergency-expected-note = تقديرات لمدة انتظار الطبيب، مستخلصة من زيارات هذه المؤسسة: في الحالات المشابهة انتظر مريض من كل اثنين أقل من المدة الأولى، وتسعة من كل عشرة أقل من المدة الثانية. وهي ليست وعدا.
emergency-retriage = يعاد الفرز
emergency-triage = فرز
emergency-triage-again = إعادة الفرز
emergency-charge = التكفل
emergency-earlier = كان ذلك قبل الآن
emergency-when = متى (فارغ: الآن)
emergency-decide = قرار
emergency-decision = القرار
emergency-decide-for = تسجيل القرار بشأن
emergency-left = غادر دون معاينة
emergency-left-of = تسجيل مغادرة
emergency-last-seen = آخر مرة شوهد فيها (فارغ: الآن)
emergency-go-on = متابعة الإقامة
emergency-gone = غادروا دون معاينة خلال 24 ساعة
emergency-seen = آخر مشاهدة
emergency-back = عاد
emergency-waits-triage = الفرز
emergency-waits-doctor = الطبيب
emergency-waits-result = نتيجة فحص
emergency-waits-decision = القرار
emergency-waits-bed = سريرا
emergency-waits-observation = تحت الملاحظة
emergency-waits-departure = المغادرة
emergency-decision-discharge = خروج
emergency-decision-admit = استشفاء: طلب سرير
emergency-decision-transfer = إحالة إلى مؤسسة أخرى
emergency-decision-observation = ملاحظة بالمستعجلات
emergency-refused-RH-STAY-STATE = تغيرت الحالة في هذه الأثناء أو لا يمكن ذلك الآن: راجع السطر من جديد.
emergency-refused-RH-STAY-ORDER = الوقت قبل الوصول أو في المستقبل.
emergency-refused-RH-STAY-DEAD = وفاة هذا المريض مسجلة.
emergency-refused-RH-STAY-BUSY = عدة أشخاص يعدلون هذه الحالة: حاول من جديد.
emergency-find = مريض معروف: الاسم أو الرقم أو الهاتف
emergency-find-hint = لا يطلب أي شيء عن الأداء: العلاج أولا.
emergency-search = بحث
emergency-found = الأشخاص الذين عثر عليهم
emergency-found-none = لا أحد بهذا الاسم. صف المريض أدناه.
emergency-found-nobody = لا أحد من هؤلاء
emergency-unknown = مريض مجهول
emergency-note = علامة مميزة
emergency-note-hint = لباس أو ندبة أو مكان العثور عليه: ما يميزه عن مجهول آخر.
emergency-sex = الجنس
emergency-sex-unknown = غير معروف
emergency-female = أنثى
emergency-male = ذكر
emergency-age = العمر التقريبي بالسنوات
emergency-reason = سبب القدوم
emergency-required = إجباري
emergency-text = توضيح
emergency-mode = طريقة الوصول
emergency-unit = المصلحة
emergency-arrive-save = تسجيل الوصول
emergency-wrong = يجب تصحيح ما يلي:
emergency-wrong-note = اختر شخصا معروفا أو سجل علامة مميزة.
emergency-wrong-age = العمر عدد من السنوات لا يتجاوز 120.
emergency-wrong-form = الاستمارة غير كاملة: أعد تحميل الصفحة.
emergency-wrong-reason = اختر سبب القدوم.
emergency-wrong-mode = اختر طريقة الوصول.
emergency-wrong-at = الوقت غير مقروء أو قبل الوصول أو في المستقبل.
emergency-wrong-dead = وفاة هذا الشخص مسجلة: يحرر محضر «وصل ميتا» أو يصحح الخطأ من طرف شخصين.
emergency-wrong-level = اختر مستوى من سلم مخصص لهذا العمر.
emergency-wrong-pain = الألم من 0 إلى 10.
emergency-wrong-changed = عدل شخص آخر هذه الحالة في هذه الأثناء. لم يضع شيء مما كتبته: راجع ثم سجل من جديد.
emergency-wrong-strike = اذكر سبب إلغاء هذا الفرز.
emergency-no-score = لا توجد نتيجة مسجلة.
emergency-signs = العلامات الحيوية
emergency-over = انتهت هذه الحالة.
emergency-no-scale = لا يوجد سلم مصادق عليه من المؤسسة لهذا العمر: اتصل بطبيب.
emergency-age-unknown = العمر غير معروف: تحقق من ملاءمة السلم.
emergency-pain = الألم (من 0 إلى 10)
emergency-precaution = الاحتياطات
emergency-precaution-none = لا شيء
emergency-precaution-contact = التلامس
emergency-precaution-droplet = الرذاذ
emergency-precaution-airborne = الهواء
emergency-triage-note = ملاحظة
emergency-triage-save = تسجيل فرز
emergency-pasts = عمليات الفرز لهذه الحالة
emergency-struck = ألغي:
emergency-strike = إلغاء هذا الفرز
emergency-strike-why = السبب
emergency-strike-of = إلغاء فرز
emergency-late = متأخر: { $span }
emergency-of-target = { $span } من { $target }
emergency-minutes = { $minutes } د
emergency-hours = { $hours } س { $minutes } د
emergency-within = الطبيب خلال { $span }
emergency-present = { $n ->
    [zero] لا مريض حاضر
    [one] مريض واحد حاضر
    [two] مريضان حاضران
    [few] { $n } مرضى حاضرون
    [many] { $n } مريضا حاضرا
   *[other] { $n } مريض حاضر
}
emergency-late-count = { $n ->
    [zero] لا أحد متأخر
    [one] حالة واحدة متأخرة
    [two] حالتان متأخرتان
    [few] { $n } حالات متأخرة
    [many] { $n } حالة متأخرة
   *[other] { $n } حالة متأخرة
}
emergency-mass = تدفق الضحايا (المخطط الأبيض)
emergency-mass-since = البداية: { $time }
emergency-mass-list = لائحة الضحايا
emergency-mass-print = طباعة اللائحة
emergency-mass-begun = أعلنه { $by } ({ $time }):
emergency-mass-ended = من طرف { $by } ({ $time })، المدة: { $span } ·
emergency-mass-end = رفع المخطط الأبيض
emergency-mass-end-why = سبب الرفع
emergency-mass-end-of = رفع المخطط الأبيض: { $name }
emergency-mass-none = لا يوجد تدفق ضحايا جار.
emergency-mass-name = اسم الحادث
emergency-mass-name-hint = ما يفهمه الجميع: «حادثة حافلة، طريق فاس».
emergency-mass-why = السبب، وبأمر من
emergency-mass-start = إعلان المخطط الأبيض
emergency-mass-pasts = أحداث سابقة
emergency-mass-unconfirmed = فئات مقترحة، بما فيها «متوفى»: لم تصادق عليها المؤسسة بعد. المصدر:
emergency-category = الفئة
emergency-category-none = 0 · في انتظار الفرز
emergency-tag = البطاقة
emergency-went = وجه إلى
emergency-unchanged = دون تغيير
emergency-victim-save = إصدار البطاقة
emergency-victim-how = بلوحة المفاتيح: رقم الفئة، Tab، الجنس، Tab، العمر، Enter. كل شيء اختياري. تؤكد الهوية لاحقا في صفحة المريض.
emergency-victim-last = آخر بطاقة لك:
emergency-victim-chosen = للضحية المحددة في اللائحة:
emergency-victim-note = تسجيل
emergency-victim-unknown = مجهول الهوية
emergency-victim-dead = معاينة الوفاة
emergency-victim-left = انتهت الحالة
emergency-victims-none = لم تسجل أي ضحية. تظهر حالات الوصول هنا حسب الفئة.
emergency-victims-sums = الحصيلة
emergency-victims-at = الحصيلة بتاريخ { $time }
emergency-victims-total = المجموع
emergency-victims-here = في المستعجلات
emergency-victims-sorted = الفرز (الوسيط)
emergency-victims-seen = الطبيب (الوسيط)
emergency-victims-gone = التوجيه (الوسيط)
emergency-victims-untold = غير معروف
emergency-victims-all = الكل
emergency-victims-hidden = { $n ->
    [zero] كل الضحايا معروضون.
    [one] ضحية واحدة لا تعرض عليك ولا تحسب في الحصيلة.
    [two] ضحيتان لا تعرضان عليك ولا تحسبان في الحصيلة.
    [few] { $n } ضحايا لا يعرضون عليك ولا يحسبون في الحصيلة.
    [many] { $n } ضحية لا تعرض عليك ولا تحسب في الحصيلة.
   *[other] { $n } ضحية لا تعرض عليك ولا تحسب في الحصيلة.
}
emergency-wrong-event = أعط الحادث اسما.
emergency-wrong-why = اذكر السبب.
emergency-wrong-running = المخطط الأبيض معلن من قبل.
emergency-wrong-over = رفع المخطط الأبيض: سجل وصولا عاديا.
emergency-wrong-category = اختر فئة تسمح بها وظيفتك؛ الطبيب هو من يعاين الوفاة.
emergency-refused-RH-EMERGENCY-WHY = اذكر سبب رفع المخطط الأبيض.
emergency-refused-RH-EMERGENCY-VICTIM = حدد ضحية ثم اختر فئة أو وجهة.
emergency-redirect = إعادة التوجيه
emergency-redirect-how = فقط إذا كان الانتظار لا يفيد المريض، وليس أبدا بسبب الأداء. يمكنه الرجوع في أي وقت ضمن الزيارة نفسها.
emergency-redirect-place = إلى
emergency-redirect-save = إعادة توجيه
emergency-redirect-barred = لا يمكن إعادة توجيه هذا المريض: مستواه لا يسمح بذلك أو تكفل به طبيب أو تغيرت الحالة.
emergency-redirect-unsigned = لم توقع المؤسسة بروتوكول إعادة التوجيه: الطبيب هو من يعيد التوجيه.
emergency-redirected = أعيد توجيههم خلال 24 ساعة
emergency-redirected-to = إلى { $place }، { $ago }
emergency-advice = النصيحة المقدمة
emergency-advice-hint = ما قيل للمريض: أين يذهب ومتى، والعلامات التي تستوجب رجوعه.
emergency-wrong-place = اختر المكان الذي يوجه إليه المريض.
emergency-wrong-advice = سجل النصيحة المقدمة للمريض.
emergency-draft-back = استرجعت مسودة ({ $time }).
emergency-draft-keep = حفظ المسودة
emergency-draft-kept = حفظت المسودة على الساعة %
emergency-draft-lost = لم تحفظ المسودة: آخر ما كتب ليس على الخادم
emergency-hours-whole = { $hours } س
emergency-days = { $n ->
    [zero] { $n } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $n } أيام
    [many] { $n } يوما
   *[other] { $n } يوم
}
emergency-nobody-yet = مجهول { $number }
emergency-sum-triage = الفرز
emergency-sum-doctor = الطبيب
emergency-sum-result = النتيجة
emergency-sum-decision = القرار
emergency-sum-bed = السرير
emergency-sum-observation = الملاحظة
emergency-sum-departure = المغادرة
emergency-mass-over = رفع المخطط الأبيض
emergency-mass-report = عرض الحصيلة
emergency-unsaved = لم يسجل ما كتبته:
emergency-victim-kept = اختيارك محفوظ: تحقق منه ثم سجل من جديد.
emergency-victim-sure = أعاين أن هذه الضحية وصلت متوفاة. لا يصحح الخطأ إلا شخصان.
emergency-wrong-sure = أنت تعاين وفاة: ضع علامة في الخانة للتأكيد أو غير الفئة.
emergency-victims-over = حالة منتهية أو وفاة
emergency-scale-unsigned = سلم مقترح: لم تصادق عليه المؤسسة بعد.
emergency-victim-known = ضحية معروفة لدى المستشفى
emergency-victim-known-hint = الجنس والعمر هما ما في الملف.
emergency-wrong-known-dead = وفاة شخص معروف عند الوصول تعاين في صفحته: أصدر البطاقة دون ملف أو حرر المحضر.
emergency-wrong-known-number = ليس لهذا الملف رقم من المستشفى للبطاقة: أصدر البطاقة دون ملف، وتؤكد الهوية لاحقا.
emergency-wrong-known-here = هذا الشخص موجود في المستعجلات: ابحث عنه في اللوحة.
emergency-wrong-known-which = اختر أحد الأشخاص الذين عثر عليهم أو «لا أحد من هؤلاء». لإصدار البطاقة دون بحث أفرغ خانة البحث.
