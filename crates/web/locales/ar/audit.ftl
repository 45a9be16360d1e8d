# سجل الاطلاع: من اطلع على ملف، ومن فعل ماذا.
audit-trail = سجل الاطلاع
audit-trail-what = كل اطلاع يترك سطرا لا يمكن تغييره بعد ذلك. لمعرفة من اطلع على ملف:
audit-find-patient = ابحث عن المريض.
audit-login = اسم الدخول
audit-from = من
audit-to = إلى
audit-search = بحث
audit-nobody = لا يوجد حساب بهذا الاسم.
audit-no-day = تعذرت قراءة هذا التاريخ. اكتبه على شكل 2026-01-31.
audit-none = لم يقع شيء ضمن هذه الحدود.
audit-looked = من اطلع على هذا الملف
audit-visits = { $n ->
    [zero] لا اطلاع
    [one] اطلاع واحد
    [two] اطلاعان
    [few] { $n } اطلاعات
    [many] { $n } اطلاعا
   *[other] { $n } اطلاع
  }
audit-looked-what = سطر لكل اطلاع: كل ما رآه شخص أو كتبه دون توقف عشر دقائق. هذه الصفحة تترك سطرا أيضا.
audit-looked-none = لم يطلع أحد على هذا الملف بعد.
audit-printed = طبع في { $when }
audit-print = طباعة
audit-time = الوقت
audit-who = من
audit-what = ماذا
audit-whose = يخص من
audit-why = لماذا
audit-where = من أين
audit-saw = رأى: { $what }
audit-wrote = كتب: { $what }
audit-denied = مرفوض
audit-own = { $n ->
    [zero] لا عمليات للنظام نفسه.
    [one] عملية واحدة للنظام نفسه لم تظهر شيئا لأحد.
    [two] عمليتان للنظام نفسه لم تظهرا شيئا لأحد.
    [few] { $n } عمليات للنظام نفسه لم تظهر شيئا لأحد.
    [many] { $n } عملية للنظام نفسه لم تظهر شيئا لأحد.
   *[other] { $n } عملية للنظام نفسه لم تظهر شيئا لأحد.
  }
audit-others = { $n ->
    [zero] ولا أحد غيرهم
    [one] وشخص آخر
    [two] وشخصان آخران
    [few] و{ $n } أشخاص آخرون
    [many] و{ $n } شخصا آخر
   *[other] و{ $n } شخص آخر
  }
audit-older = الأقدم
audit-comma = ،{" "}
audit-program = برنامج
audit-said = { $what }: { $why }
audit-kind-identity = الهوية
audit-kind-problems = المشكلات والحساسيات
audit-kind-medicines = الأدوية
audit-kind-results = الفحوص والنتائج
audit-kind-documents = الوثائق
audit-kind-stays = الإقامات والرعاية
audit-kind-alerts = التنبيهات والموافقات
audit-kind-money = التغطية والفواتير
audit-kind-trail = سجل الاطلاع
audit-kind-house = الأماكن والعاملون
audit-kind-other = أجزاء أخرى من الملف
audit-why-treatment = العلاج
audit-why-operations = تسيير المستشفى
audit-why-emergency = حالة مستعجلة
audit-why-research = البحث
audit-why-administration = إدارة النظام
audit-did-create = أضاف: { $what }
audit-did-read = قرأ: { $what }
audit-did-update = غيّر: { $what }
audit-did-delete = حذف: { $what }
audit-did-search = بحث في: { $what }
audit-event-sign-in = دخول
audit-event-lock-out = محاولات كثيرة: انتظار مفروض
audit-event-sign-out = خروج
audit-event-account-change = تغيير حساب
audit-event-secret-change = تغيير كلمة مرور أو عامل دخول
audit-event-key-change = مفتاح الخادم
audit-event-broken-glass = ولوج استثنائي
audit-event-export = تصدير بيانات
audit-event-backup = نسخة احتياطية
audit-event-consent = إذن لبرنامج
audit-event-trail-read = الاطلاع على السجل
audit-event-service = تشغيل الخادم أو إيقافه
audit-event-station-change = تغيير محطة مشتركة
audit-unusual = يستحق التدقيق
audit-unusual-what = اطلاعات غير معتادة حسب قواعد المؤسسة. كل واحد منها سؤال يُطرح وليس خطأ: لأغلبها أسباب وجيهة.
audit-unusual-since = منذ { $when }.
audit-unusual-cut = الاطلاعات الأقدم أكثر من أن تتسع لها هذه الصفحة.
audit-unusual-none = لا شيء غير معتاد في الأيام السبعة الأخيرة.
audit-unusual-see = عرض السجل
audit-unusual-more = { $n ->
    [zero] ولا شيء غيرها.
    [one] وواحد آخر أقدم.
    [two] واثنان آخران أقدم.
    [few] و{ $n } أخرى أقدم.
    [many] و{ $n } أخرى أقدم.
   *[other] و{ $n } أخرى أقدم.
  }
audit-looks = { $n ->
    [zero] لا اطلاع
    [one] اطلاع واحد
    [two] اطلاعان
    [few] { $n } اطلاعات
    [many] { $n } اطلاعا
   *[other] { $n } اطلاع
  }
audit-anomaly-crawling = ملفات كثيرة لمرضى لا يتكفل بهم، في وقت قصير
audit-anomaly-own-family = ملف شخص له الاسم أو الهاتف أو العنوان نفسه
audit-anomaly-night = ليلا، في عمل نهاري
audit-anomaly-masked = ملف محجوب، دون التكفل بالمريض
audit-anomaly-many-glasses = تكرار الاطلاع الاستثنائي
audit-tab = من اطلع
