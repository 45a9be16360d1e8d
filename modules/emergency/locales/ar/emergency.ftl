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
emergency-late = متأخر ب { $span }
emergency-of-target = { $span } من { $target }
emergency-minutes = { $minutes } د
emergency-hours = { $hours } س { $minutes } د
emergency-within = الطبيب خلال { $minutes } د
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
